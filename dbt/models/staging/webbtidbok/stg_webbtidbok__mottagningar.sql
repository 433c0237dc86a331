-- Every column of the raw table: one that a new format adds goes on to the mart without being named here.
with mottagningar as (
    {{ gallande('webbtidbok', 'mottagningar', nyast=[]) }}
)

select
    _period as period,
    * exclude (_period, _respondent, _block) -- noqa: AM04
from mottagningar

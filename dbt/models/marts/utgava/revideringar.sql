-- Empty as built: a release is compared with the year's last one when it is published, and then this list is filled in.
select
    cast(null as bigint) as nr,
    cast(null as varchar) as utgava,
    cast(null as varchar) as mart,
    cast(null as varchar) as nyckel,
    cast(null as varchar) as kolumn,
    cast(null as varchar) as typ,
    cast(null as varchar) as fore,
    cast(null as varchar) as efter,
    cast(null as varchar) as orsak
where false

select
    kommun_kod,
    kommun,
    region_kod,
    galler_fran,
    galler_till
from ({{ gallande_rader('kommun_kod') }}) as gallande

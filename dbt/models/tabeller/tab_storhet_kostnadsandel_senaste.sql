{{ storhetstabell('kostnadsandel', senaste=true) }}

{{ storhetstabell('fortroende', senaste=true) }}

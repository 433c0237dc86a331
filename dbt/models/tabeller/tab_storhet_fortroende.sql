{{ storhetstabell('fortroende') }}

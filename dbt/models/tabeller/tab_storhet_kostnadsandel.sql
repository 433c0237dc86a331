{{ storhetstabell('kostnadsandel') }}

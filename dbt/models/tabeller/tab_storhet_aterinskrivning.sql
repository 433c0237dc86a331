{{ storhetstabell('aterinskrivning') }}

{{ storhetstabell('aterinskrivning', senaste=true) }}

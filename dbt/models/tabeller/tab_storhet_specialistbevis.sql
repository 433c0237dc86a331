{{ storhetstabell('specialistbevis', jamford=false) }}

# The site's files go, with the secrets in them, and so do scripts and pointers: no machine boots from here any more. Releases stay.
{%- from 'bootserver/map.jinja' import bootserver with context %}

bootserver-releases-clean:
  file.absent:
    - names:
      {%- for left in ('site.cpio', '.site.cpio', '.site', 'boot.ipxe', 'server') %}
      - {{ (bootserver.root ~ '/' ~ left) | json }}
      {%- endfor %}
      {%- for pointer in bootserver.releases | sort %}
      - {{ (bootserver.root ~ '/image/' ~ pointer) | json }}
      {%- endfor %}

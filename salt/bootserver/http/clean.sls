{%- from 'bootserver/map.jinja' import bootserver with context %}

bootserver-http-clean:
  file.absent:
    - names:
      - {{ bootserver.nginx.config | json }}
      - {{ (bootserver.root ~ '/snponly.efi') | json }}

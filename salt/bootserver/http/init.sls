# nginx.conf. nginx reads the new one before it replaces the old one.
{%- from 'bootserver/map.jinja' import bootserver with context %}

include:
  - bootserver.package

bootserver-http:
  file.managed:
    - name: {{ bootserver.nginx.config | json }}
    - source: salt://bootserver/files/nginx.conf.jinja
    - template: jinja
    - mode: '0644'
    - makedirs: true
    - check_cmd: /usr/sbin/nginx -q -t -c
    - context:
        bootserver: {{ bootserver | json }}
    - require:
      - sls: bootserver.package

bootserver-http-uefi:
  file.managed:
    - name: {{ (bootserver.root ~ '/snponly.efi') | json }}
    - source: {{ (bootserver.tftp ~ '/snponly.efi') | json }}
    - makedirs: true
    - mode: '0644'
    - require:
      - sls: bootserver.package

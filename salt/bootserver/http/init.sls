# nginx.conf. nginx reads the new one before it replaces the old one.
{%- from 'bootserver/map.jinja' import bootserver with context %}

include:
  - bootserver.package

# Debian's nginx starts with a site of its own on port 80 of every address. A reload can't take one of them from it: nginx
# would go on with the old file, and say so in its log alone.
bootserver-http-first:
  service.dead:
    - name: {{ bootserver.nginx.unit | json }}
    - onlyif: test -e {{ bootserver.nginx.config }} && ! grep -q 'Managed by Salt (bootserver)' {{ bootserver.nginx.config }}
    - require:
      - sls: bootserver.package

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
      - service: bootserver-http-first

bootserver-http-uefi:
  file.managed:
    - name: {{ (bootserver.root ~ '/snponly.efi') | json }}
    - source: {{ (bootserver.tftp ~ '/snponly.efi') | json }}
    - makedirs: true
    - mode: '0644'
    - require:
      - sls: bootserver.package

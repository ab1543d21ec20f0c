# dnsmasq.conf. dnsmasq reads the new one before it replaces the old one.
{%- from 'bootserver/map.jinja' import bootserver with context %}

include:
  - bootserver.package

bootserver-dnsmasq:
  file.managed:
    - name: {{ bootserver.dnsmasq.config | json }}
    - source: salt://bootserver/files/dnsmasq.conf.jinja
    - template: jinja
    - mode: '0644'
    - makedirs: true
    - check_cmd: /usr/sbin/dnsmasq --test -C
    - context:
        bootserver: {{ bootserver | json }}
    - require:
      - sls: bootserver.package

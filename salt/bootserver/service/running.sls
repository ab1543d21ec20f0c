{%- from 'bootserver/map.jinja' import bootserver with context %}

include:
  - bootserver.dnsmasq
  - bootserver.http
  - bootserver.releases

bootserver-service-running-dnsmasq:
  service.running:
    - name: {{ bootserver.dnsmasq.unit | json }}
    - enable: true
    - watch:
      - sls: bootserver.dnsmasq

bootserver-service-running-nginx:
  service.running:
    - name: {{ bootserver.nginx.unit | json }}
    - enable: true
    - reload: true
    - watch:
      - sls: bootserver.http

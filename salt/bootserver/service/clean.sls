{%- from 'bootserver/map.jinja' import bootserver with context %}

bootserver-service-clean:
  service.dead:
    - names:
      - {{ bootserver.dnsmasq.unit | json }}
      - {{ bootserver.nginx.unit | json }}
    - enable: false

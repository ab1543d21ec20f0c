# HAProxy runs; a new configuration is taken over without losing a connection or a count.
{%- from 'loadbalancer/map.jinja' import loadbalancer with context %}

include:
  - loadbalancer.config

loadbalancer-service-running:
  service.running:
    - name: {{ loadbalancer.service | json }}
    - enable: true
    - reload: true
    - watch:
      - sls: loadbalancer.config

{%- from 'loadbalancer/map.jinja' import loadbalancer with context %}

loadbalancer-service-clean:
  service.dead:
    - name: {{ loadbalancer.service | json }}
    - enable: false

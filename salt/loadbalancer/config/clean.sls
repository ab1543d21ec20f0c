{%- from 'loadbalancer/map.jinja' import loadbalancer with context %}

loadbalancer-config-clean:
  file.absent:
    - names:
      - {{ (loadbalancer.folder ~ '/haproxy.cfg') | json }}
      - {{ (loadbalancer.folder ~ '/bucket-limits.map') | json }}
      {%- if loadbalancer.tls.get('pem') %}
      - {{ loadbalancer.tls.certificate | json }}
      {%- endif %}

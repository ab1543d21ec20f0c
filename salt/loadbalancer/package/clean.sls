{%- from 'loadbalancer/map.jinja' import loadbalancer with context %}

loadbalancer-package-clean:
  {%- if loadbalancer.install %}
  pkg.removed:
    - name: {{ loadbalancer.package | json }}
  {%- else %}
  test.nop: []
  {%- endif %}

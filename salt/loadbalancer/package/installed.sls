# Where the image brings the package there is no apt, and nothing to do.
{%- from 'loadbalancer/map.jinja' import loadbalancer with context %}

loadbalancer-package-installed:
  {%- if loadbalancer.install %}
  pkg.installed:
    - name: {{ loadbalancer.package | json }}
  {%- else %}
  test.nop: []
  {%- endif %}

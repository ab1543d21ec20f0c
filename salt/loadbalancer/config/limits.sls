# The buckets with a limit of their own.
{%- from 'loadbalancer/map.jinja' import loadbalancer with context %}

include:
  - loadbalancer.package.installed

loadbalancer-config-limits:
  file.managed:
    - name: {{ (loadbalancer.folder ~ '/bucket-limits.map') | json }}
    - source: salt://loadbalancer/files/bucket-limits.map.jinja
    - template: jinja
    - mode: '0644'
    - makedirs: true
    - context:
        loadbalancer: {{ loadbalancer | json }}
    - require:
      - sls: loadbalancer.package.installed

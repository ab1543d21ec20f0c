# haproxy.cfg. HAProxy reads the new one before it replaces the old one.
{%- from 'loadbalancer/map.jinja' import loadbalancer with context %}
{%- set problem = namespace(sentence='') %}
{%- for inner in loadbalancer.host_suffixes %}
{%-   for outer in loadbalancer.host_suffixes if inner.endswith('.' ~ outer) %}
{%-     set problem.sentence = "loadbalancer:host_suffixes: " ~ inner ~ " lies below " ~ outer
          ~ ", so nobody could tell a bucket from a host there" %}
{%-   endfor %}
{%- endfor %}
{%- if loadbalancer.balancers and grains.id not in loadbalancer.balancers %}
{%-   set problem.sentence = "loadbalancer:balancers has no entry for this minion, " ~ grains.id %}
{%- endif %}

include:
  - loadbalancer.package.installed
  - loadbalancer.config.limits
  - loadbalancer.config.certificate

loadbalancer-config-file:
  {%- if problem.sentence %}
  refused.because:
    - sentence: {{ problem.sentence | json }}
    - failhard: true
  {%- else %}
  file.managed:
    - name: {{ (loadbalancer.folder ~ '/haproxy.cfg') | json }}
    - source: salt://loadbalancer/files/haproxy.cfg.jinja
    - template: jinja
    - mode: '0644'
    - check_cmd: /usr/sbin/haproxy -c -q -f
    - context:
        loadbalancer: {{ loadbalancer | json }}
    - require:
      - sls: loadbalancer.package.installed
      - sls: loadbalancer.config.limits
      - sls: loadbalancer.config.certificate
  {%- endif %}

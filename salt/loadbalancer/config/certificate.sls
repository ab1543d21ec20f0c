# Certificate, chain and key in one file, when the pillar has them.
{%- from 'loadbalancer/map.jinja' import loadbalancer with context %}

include:
  - loadbalancer.package.installed

loadbalancer-config-certificate:
  {%- if loadbalancer.tls.get('pem') %}
  file.managed:
    - name: {{ loadbalancer.tls.certificate | json }}
    - contents_pillar: loadbalancer:tls:pem
    - mode: '0600'
    - makedirs: true
    - show_changes: false
  {%- else %}
  test.nop:
  {%- endif %}
    - require:
      - sls: loadbalancer.package.installed

# footing-inventory.yaml. The program reads the new one before it replaces the old one; one that it refuses
# changes nothing, and the comment is its sentence with line and column.
{%- from 'inventory/map.jinja' import inventory with context %}
{%- set database = inventory.config.get('database', '') %}
{%- set problem = namespace(sentence='') %}
{%- if database is match('postgres(ql)?://[^/@]*:[^/@]*@') or 'password=' in database %}
{%-   set problem.sentence = "inventory:config:database has a password, which everybody on the machine could read: "
        ~ "inventory:password puts it into a file of the service's own" %}
{%- elif inventory.nginx.here and not inventory.tls %}
{%-   set problem.sentence = 'inventory:nginx needs inventory:tls, the certificate that it shows' %}
{%- elif inventory.nginx.here and not (inventory.config.listen is match('127\.') and inventory.config.listen_reports is match('127\.')) %}
{%-   set problem.sentence = 'inventory:config:listen and listen_reports are not on 127.0.0.1: people and agents could '
        ~ 'come past nginx, without TLS' %}
{%- elif inventory.tls and not inventory.nginx.here and inventory.config.tls.certificate != inventory.tls_file %}
{%-   set problem.sentence = "inventory:config:tls names another certificate than " ~ inventory.tls_file
        ~ ", which inventory:tls makes" %}
{%- endif %}

include:
  - inventory.package
  - inventory.config.tls
  - inventory.config.password
  - inventory.config.wires

inventory-config-file:
  {%- if problem.sentence %}
  refused.because:
    - sentence: {{ problem.sentence | json }}
  {%- else %}
  file.serialize:
    - name: {{ (inventory.folder ~ '/footing-inventory.yaml') | json }}
    # Not dataset_pillar: Salt 3008 masks what it reads there, and writes '**********'.
    - dataset: {{ inventory.config | json }}
    - serializer: yaml
    - mode: '0644'
    - makedirs: true
    - check_cmd: {{ (inventory.program ~ ' check --config') | json }}
    - require:
      - sls: inventory.package.user
      - sls: inventory.config.tls
      - sls: inventory.config.password
      - sls: inventory.config.wires
  {%- endif %}

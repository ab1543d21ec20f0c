# Nobody comes over the network any more. Role, database and PostgreSQL itself stay: it is the memory of every drive.
{%- from 'inventory/map.jinja' import inventory with context %}
{%- set postgresql = inventory.postgresql %}

inventory-postgresql-clean-networks:
  {%- if postgresql.here %}
  file.blockreplace:
    - name: {{ (postgresql.folder ~ '/pg_hba.conf') | json }}
    - marker_start: '# footing: managed by Salt (inventory)'
    - marker_end: '# footing: end'
    - content: '# nobody'
  service.running:
    - name: {{ postgresql.unit | json }}
    - reload: true
    - watch:
      - file: inventory-postgresql-clean-networks
  {%- else %}
  test.nop: []
  {%- endif %}

inventory-postgresql-clean-listen:
  {%- if postgresql.here %}
  file.absent:
    - name: {{ (postgresql.folder ~ '/conf.d/footing.conf') | json }}
  service.running:
    - name: {{ postgresql.unit | json }}
    - watch:
      - file: inventory-postgresql-clean-listen
  {%- else %}
  test.nop: []
  {%- endif %}

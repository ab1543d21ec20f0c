# Debian lets users of this machine in by their name (peer), and passwords from itself (scram). Other inventories come
# over TLS with the password, to this database only.
{%- from 'inventory/map.jinja' import inventory with context %}
{%- set postgresql = inventory.postgresql %}

include:
  - inventory.postgresql.package

inventory-postgresql-access-listen:
  {%- if postgresql.here and postgresql.listen %}
  file.managed:
    - name: {{ (postgresql.folder ~ '/conf.d/footing.conf') | json }}
    - contents: {{ ("# Managed by Salt (inventory)\nlisten_addresses = '" ~ postgresql.listen ~ "'") | json }}
    - mode: '0644'
  {%- else %}
  file.absent:
    - name: {{ (postgresql.folder ~ '/conf.d/footing.conf') | json }}
  {%- endif %}
    - require:
      - sls: inventory.postgresql.package

inventory-postgresql-access-networks:
  {%- if postgresql.here %}
  file.blockreplace:
    - name: {{ (postgresql.folder ~ '/pg_hba.conf') | json }}
    - marker_start: '# footing: managed by Salt (inventory)'
    - marker_end: '# footing: end'
    - append_if_not_found: true
    - content: |
        # type database role network method
        {%- for network in postgresql.networks %}
        hostssl {{ postgresql.database }} {{ postgresql.role }} {{ network }} scram-sha-256
        {%- endfor %}
  {%- else %}
  test.nop:
  {%- endif %}
    - require:
      - sls: inventory.postgresql.package

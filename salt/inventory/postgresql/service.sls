{%- from 'inventory/map.jinja' import inventory with context %}

include:
  - inventory.postgresql.access

inventory-postgresql-service:
  {%- if inventory.postgresql.here %}
  service.running:
    - name: {{ inventory.postgresql.unit | json }}
    - watch:
      - file: inventory-postgresql-access-listen
  {%- else %}
  test.nop: []
  {%- endif %}

inventory-postgresql-service-reload:
  {%- if inventory.postgresql.here %}
  service.running:
    - name: {{ inventory.postgresql.unit | json }}
    - reload: true
    - require:
      - service: inventory-postgresql-service
    - watch:
      - file: inventory-postgresql-access-networks
  {%- else %}
  test.nop: []
  {%- endif %}

# The role, its password where there is one, and its database. psql itself reads the password, out of the file: it is on no
# command line and in no log.
{%- from 'inventory/map.jinja' import inventory with context %}
{%- set postgresql = inventory.postgresql %}

include:
  - inventory.postgresql.service
  - inventory.config.password

inventory-postgresql-role:
  {%- if postgresql.here %}
  postgres_user.present:
    - name: {{ postgresql.role | json }}
    - login: true
    - user: postgres
    - require:
      - sls: inventory.postgresql.service
  {%- else %}
  test.nop: []
  {%- endif %}

inventory-postgresql-role-database:
  {%- if postgresql.here %}
  postgres_database.present:
    - name: {{ postgresql.database | json }}
    - owner: {{ postgresql.role | json }}
    - encoding: UTF8
    - template: template0
    - user: postgres
    - require:
      - postgres_user: inventory-postgresql-role
  {%- else %}
  test.nop: []
  {%- endif %}

inventory-postgresql-role-password:
  {%- if postgresql.here and inventory.password %}
  cmd.run:
    - name: runuser -u postgres -- psql -XqAt -v ON_ERROR_STOP=1 -v role="$ROLE" 3< "$PGPASSFILE"
    - stdin: |
        SET log_statement TO none; SET log_min_duration_statement TO -1; SET log_min_error_statement TO panic;
        \set password `cut -d: -f5 <&3`
        ALTER ROLE :"role" PASSWORD :'password';
    - unless: psql -XqAtw -h 127.0.0.1 -U "$ROLE" -d "$DATABASE" -c 'SELECT 1'
    - env:
      - PGPASSFILE: {{ inventory.password_file | json }}
      - ROLE: {{ postgresql.role | json }}
      - DATABASE: {{ postgresql.database | json }}
    - require:
      - postgres_database: inventory-postgresql-role-database
      - sls: inventory.config.password
  {%- else %}
  test.nop: []
  {%- endif %}

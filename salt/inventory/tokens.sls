# Tokens, each made once and kept in its file; the database has only their hashes. A file that is deleted gets a new one.
# The service is up: the database is there, and its own. PostgreSQL knows the service's user by its name.
{%- from 'inventory/map.jinja' import inventory with context %}
{%- set config = inventory.folder ~ '/footing-inventory.yaml' %}
{%- set as_user = inventory.config.get('database', '') is match('postgres') %}

include:
  - inventory.service.running
{% for file, token in inventory.tokens | dictsort %}
inventory-tokens-{{ token.role }}-{{ token.label }}:
  cmd.run:
    - name: >-
        umask 077 && mkdir -p -m 0755 "$(dirname "$FILE")" && {{ 'runuser -u "$SERVICE" -- ' if as_user }}"$PROGRAM" token add --role "$ROLE" --label "$LABEL"
        --config "$CONFIG" > "$FILE.new" && tail -n 1 "$FILE.new" | awk '{print $NF}' > "$FILE.one" && rm "$FILE.new" &&
        mv "$FILE.one" "$FILE"
    - env:
      - PROGRAM: {{ inventory.program | json }}
      - SERVICE: {{ inventory.user | json }}
      - ROLE: {{ token.role | json }}
      - LABEL: {{ token.label | json }}
      - CONFIG: {{ config | json }}
      - FILE: {{ file | json }}
    - creates: {{ file | json }}
    - require:
      - sls: inventory.service.running
{% endfor %}

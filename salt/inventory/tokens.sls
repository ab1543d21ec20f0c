# Tokens, each made once and kept in its file; the database has only their hashes. A file that is deleted gets a new one.
{%- from 'inventory/map.jinja' import inventory with context %}
{%- set config = inventory.folder ~ '/footing-inventory.yaml' %}

include:
  - inventory.config
{% for file, token in inventory.tokens | dictsort %}
inventory-tokens-{{ token.role }}-{{ token.label }}:
  cmd.run:
    - name: >-
        umask 077 && "$PROGRAM" token add --role "$ROLE" --label "$LABEL" --config "$CONFIG" > "$FILE.new" &&
        tail -n 1 "$FILE.new" | awk '{print $NF}' > "$FILE.one" && rm "$FILE.new" && mv "$FILE.one" "$FILE"
    - env:
      - PROGRAM: {{ inventory.program | json }}
      - ROLE: {{ token.role | json }}
      - LABEL: {{ token.label | json }}
      - CONFIG: {{ config | json }}
      - FILE: {{ file | json }}
    - creates: {{ file | json }}
    - require:
      - sls: inventory.config
{% endfor %}

# The package that footing's build makes; nothing where an image brings it.
{%- from 'inventory/map.jinja' import inventory with context %}

inventory-package-installed:
  {%- if inventory.deb %}
  pkg.installed:
    - sources:
      - footing-inventory: {{ inventory.deb | json }}
  {%- else %}
  test.nop: []
  {%- endif %}

# nginx itself stays, with what others have in it.
{%- from 'inventory/map.jinja' import inventory with context %}

inventory-nginx-clean:
  file.absent:
    - name: {{ inventory.nginx.config | json }}
  cmd.run:
    - name: systemctl try-reload-or-restart {{ inventory.nginx.unit }}
    - onchanges:
      - file: inventory-nginx-clean

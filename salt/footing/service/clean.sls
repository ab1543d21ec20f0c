# The unit stops and stays stopped. Drives stay mounted, storage services go on.
{%- from 'footing/map.jinja' import footing with context %}

footing-service-clean:
  service.dead:
    - name: {{ footing.unit | json }}
    - enable: false

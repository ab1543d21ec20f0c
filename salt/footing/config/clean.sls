# Without a configuration the agent looks at nothing and formats nothing; what is mounted stays mounted.
{%- from 'footing/map.jinja' import footing with context %}

footing-config-clean:
  file.absent:
    - name: {{ footing.config_file | json }}

{%- from 'bootserver/map.jinja' import bootserver with context %}

bootserver-http-clean:
  file.absent:
    - name: {{ bootserver.nginx.config | json }}

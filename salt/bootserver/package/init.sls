{%- from 'bootserver/map.jinja' import bootserver with context %}

bootserver-package:
  {%- if bootserver.install %}
  pkg.installed:
    - pkgs: {{ bootserver.packages | json }}
  {%- else %}
  test.nop: []
  {%- endif %}

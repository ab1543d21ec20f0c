{%- from 'bootserver/map.jinja' import bootserver with context %}

bootserver-dnsmasq-clean:
  file.absent:
    - name: {{ bootserver.dnsmasq.config | json }}

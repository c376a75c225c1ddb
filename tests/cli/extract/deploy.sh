#!/bin/sh
# https://wiki.example.com/Deploy_(prod)
BASE=https://base.example.com
curl -fsS https://one.example.com/a?b=1\&c=2 "https://two.example.com/a?b=1&c=2" 'https://three.example.com/$literal'
curl "https://$HOST/x" https://${HOST}/y "$BASE/z" https://host.example.com/$VERSION/w
wget https://four.example.com/file.tgz; tar xzf file.tgz
[ "$(curl -s http://localhost:8080/ready)" = ok ] && echo "see https://five.example.com/ok!"
(cd /tmp && wget https://six.example.com/x)
sed -i 's|http://old.example.com|https://new.example.com|g' f; sed -e 's/http:\/\/esc.example.com\/a/x/'
cat <<EOF >https.conf
ProxyPass / http://127.0.0.1:3000/
EOF
git remote add o https://user@git.example.com/r.git
echo https://a{1,2}.example.com/ http://*.example.com/
export GOPROXY="https://proxy.example.com,direct" ORIGINS='https://one.origin.example;https://two.origin.example'

/**
 * Tokens that their shape alone gives away, one a line: rule, pattern, and what else is to be known.
 *
 * In a pattern `@` stands for a letter or digit, `#` for a small hex digit, `&` for a letter, digit, `_` or `-`. Behind it:
 * - `wake=ghp,gho` starts of the words, `wake=~` the character, `wake=m32` the kind of word that it is looked for at; without it the
 *   letters that the pattern begins with;
 * - `back=5` it begins so many characters before that place;
 * - `plain` its letters need not look random;
 * - `weak` others use such a shape, too;
 * - `checked` every real one has a checksum: without it a name or words beside it must speak for it.
 */
export const SHAPES = `
1password-secret-key A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}
1password-service-account-token ops_eyJ[A-Za-z0-9+/]{250,4000}={0,3}
adobe-client-secret p8e-[a-z0-9]{32}
age-secret-key AGE-SECRET-KEY-1[AC-HJ-NP-Z02-9]{58} plain
airtable-personal-access-token pat@{14}\\.#{64}
alibaba-access-key-id LTAI@{12}(?:@{8})?
anthropic-api-key sk-ant-[a-z]{3,6}\\d\\d-&{86,95}AA
atlassian-api-token AT[AC]TT3[\\w=-]{100,300}=[0-9A-F]{8} wake=ATATT3,ATCTT3 checked
atlassian-app-password ATBB@{32}
artifactory-api-key AKCp@{69}
artifactory-reference-token cmVmd@{59}
aws-access-key-id (?!.{13}EXAMPLE)(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16} wake=AKIA,ASIA,ABIA,ACCA,A3T
aws-bedrock-api-key ABSK[A-Za-z0-9+/]{109,269}={0,2}
aws-bedrock-session-key bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[\\w%+/=-]{0,4000}
azure-ad-client-secret [\\w~.]{3}\\dQ~[\\w~.-]{31,34} wake=~ back=5
buildkite-token bk(?:ua|aj|pi)_#{40} wake=bkua,bkaj,bkpi
circleci-token CCIP(?:AT|RT)_@{22}_#{40}
clojars-api-token CLOJARS_@{60}
cloudflare-api-token cf(?:ut|at|k)_@{48}
cloudflare-origin-ca-key v1\\.0-#{24}-#{146}
contentful-token CFPAT-&{43}
databricks-api-token dapi#{32}(?:-\\d)?
defined-networking-api-token dnkey-[\\w=-]{26}-[\\w=-]{52}
digitalocean-token do[opr]_v1_#{64} wake=dop,doo,dor
discord-bot-token [MNO]@{22,27}\\.&{6}\\.&{27,40} wake=m23-28
discord-webhook discord(?:app)?\\.com/api/webhooks/\\d{17,20}/&{60,80}
docker-token dckr_(?:pat|oat)_&{27,36}
doppler-token dp\\.(?:ct|pt|st|sa|scim|audit)\\.(?:&{2,35}\\.)?@{40,44}
dropbox-token sl\\.(?:u\\.)?&{130,1300}
duffel-api-token duffel_(?:test|live)_[\\w=-]{43}
dynatrace-token dt0[a-z]\\d\\d\\.@{24}\\.@{64}
easypost-api-token EZ[AT]K@{54}
facebook-access-token EAA[MC]@{100,500}
facebook-app-token \\d{15,16}(?:\\||%7C)&{27,40} wake=d15,d16
figma-token fig[dour]_&{40,60}
flutterwave-key FLW(?:PUB|SEC)K(?:_TEST)?-(?:[0-9a-h]{32}-X|[0-9a-h]{12})
flyio-token fo1_&{43}|fm(?:1[ar]|2)_[A-Za-z0-9+/]{100,4000}={0,3} wake=fo1,fm1,fm2
frameio-token fio-u-[\\w=-]{64}
gcp-api-key AIza&{35}
github-fine-grained-token github_pat_\\w{36,255} plain
github-token gh[opsur]_@{36} wake=gho,ghp,ghs,ghu,ghr
gitlab-runner-registration-token GR1348941&{20,50}
gitlab-token gl(?:agent|cbt|dt|ffct|ft|imt|oas|pat|ptt|rt|soat)-&{20,300}(?:\\.@{2,11}){0,2}
google-oauth-secret GOCSPX-&{28}
google-oauth-token ya29\\.&{50,1000}
grafana-api-key eyJrIjoi@{70,400}={0,3}
grafana-cloud-token glc_[A-Za-z0-9+/]{32,400}={0,3}
grafana-service-account-token glsa_@{32}_[A-Fa-f0-9]{8}
groq-api-key gsk_@{52}
harness-api-key [ps]at\\.&{22}\\.@{24}\\.@{20} wake=pat,sat
hashicorp-terraform-token @{14}\\.atlasv1\\.[\\w=-]{60,70} wake=atlasv1 back=15
hashicorp-vault-token hv[bsr]\\.&{90,300}
heroku-api-key HRKU-AA&{58}
hubspot-token pat-(?:na|eu|ap)\\d-#{8}(?:-#{4}){3}-#{12}
huggingface-token (?:hf|api_org)_@{34} wake=hf,api
infracost-api-token ico-@{32}
intra42-client-secret s-s4t2(?:ud|af)-#{64} wake=s4t2 back=2
langsmith-api-key lsv2_[ps][tk]_#{32}_#{10}
linear-api-key lin_(?:api|oauth)_@{40,64}
mailchimp-api-key #{32}-us\\d\\d? wake=m32 weak
mailgun-key (?:pub)?key-#{32} wake=key,pubkey
mapbox-token [ps]k\\.[A-Za-z0-9]{60,100}\\.&{22} wake=pk,sk
maxmind-license-key @{6}_@{29}_mmk wake=mmk back=37
microsoft-teams-webhook webhook\\.office\\.com/webhookb2/[\\w\\x40-]{36,90}/IncomingWebhook/@{32}/&{36}
netlify-token nf[pcobu]_@{36} wake=nfp,nfc,nfo,nfb,nfu
new-relic-key NR(?:AK|JS|II|IQ|RA|AL)-&{19,42}
notion-token ntn_\\d{11}@{35}|secret_@{43} wake=ntn,secret
npm-token npm_@{36}
nvidia-api-key nvapi-&{64}
octopus-deploy-api-key API-[A-Z0-9]{26} weak
openai-api-key sk-(?:(?:proj|svcacct|admin|or-v1)-&{40,200}|@{20}T3BlbkFJ@{20}|@{32,64})
openshift-token sha256~&{43}
perplexity-api-key pplx-@{48}
pinecone-api-key pcsk_@{5,6}_@{63}
plaid-token access-(?:sandbox|development|production)-#{8}(?:-#{4}){3}-#{12}
planetscale-token pscale_(?:tkn|oauth|pw)_[\\w.=-]{32,64}
posthog-key ph[xs]_@{32,47} wake=phx,phs
postman-api-key PMAK-#{24}-#{34}
prefect-api-token pn[ub]_@{36} wake=pnu,pnb
pulumi-access-token pul-#{40}
pypi-token pypi-AgE&{50,1000}
readme-api-key rdme_[a-z0-9]{70}
replicate-api-token r8_@{37}
rubygems-api-key rubygems_#{48}
scalingo-token tk-us-&{48}
sendgrid-api-key SG\\.(?:&{22}\\.&{43}|[\\w.=-]{66})
sendinblue-api-key x(?:keysib|smtpsib)-#{64}-@{16} wake=xkeysib,xsmtpsib
sentry-org-token sntrys_eyJ[\\w+/=-]{80,400}
sentry-user-token sntry[ua]_#{64}
settlemint-access-token sm_[aps]at_@{16}
shippo-api-token shippo_(?:live|test)_#{40}
shopify-token shp(?:at|ca|pa|ss|tka)_@{32,40}
slack-app-token xapp-\\d-[A-Z0-9]{8,16}-\\d{8,16}-@{32,80}
slack-config-token xoxe(?:\\.xox[bp])?-\\d-@{140,180}
slack-token xox[abcdeoprs]-(?:\\d{1,14}-){1,4}@{10,80}
slack-webhook hooks\\.slack\\.com/(?:services|workflows|triggers)/[A-Za-z0-9/]{43,80}
sonar-token sq[apu]_#{40} wake=sqp,squ,sqa
sourcegraph-access-token sgp_(?:(?:[A-Fa-f0-9]{16}|local)_)?[A-Fa-f0-9]{40}
square-token sq0(?:atp|csp|idp)-&{22,43}
square-access-token EAAA&{22,60} weak
stripe-key [rs]k_(?:live|test|prod)_@{24,247}|whsec_@{32,64} wake=sk,rk,whsec plain
supabase-token sb[ps]_#{40} wake=sbp,sbs
tailscale-key tskey-[a-z]{2,12}-(?:@{8,20}-)?@{16,40} plain
telegram-bot-token \\d{5,16}:A&{34} wake=d5-16
twilio-key SK#{32} weak
typeform-token tfp_[\\w.=-]{59}
vercel-token vc[aikpr]_@{24,60} wake=vcp,vci,vca,vcr,vck
xai-api-key xai-@{80}
yandex-api-key AQVN&{35,38}
yandex-iam-token t1\\.[\\w-]{1,400}={0,2}\\.&{86}={0,2}
yandex-aws-access-key YC&{38} weak
`

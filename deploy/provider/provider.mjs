// A provider for tests: told everything on standard input as one JSON object, it answers
// on the loopback address and prints its issuer when it does. Whoever signs in is who
// they say they are, as strongly as they were asked to sign in.
import { text } from 'node:stream/consumers';
import Provider, { interactionPolicy } from 'oidc-provider';

const { port, keys, clients, audience, roles, acr = [], seconds = 600 } = JSON.parse(await text(process.stdin));
const issuer = `http://127.0.0.1:${port}`;
const algorithm = keys[0].alg;
const server = {
  audience,
  scope: 'api',
  accessTokenFormat: 'jwt',
  jwt: { sign: { alg: algorithm } },
};

// a session that is not as strong as is asked for leads to signing in again
const policy = interactionPolicy.base();
const askedFor = (params) => params.acr_values?.split(' ') ?? [];
policy.get('login').checks.add(new interactionPolicy.Check('acr_values', 'sign in more strongly', ({ oidc }) => {
  const values = askedFor(oidc.params);
  return values.length > 0 && !values.includes(oidc.session.acr);
}));

const provider = new Provider(issuer, {
  clients: clients.map((client) => ({ id_token_signed_response_alg: algorithm, ...client })),
  jwks: { keys },
  cookies: { keys: ['only for tests'] },
  acrValues: acr,
  claims: { openid: ['sub', 'roles', 'acr', 'auth_time'] },
  interactions: { policy },
  conformIdTokenClaims: false,
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, roles: roles[sub] ?? [] }) }),
  extraTokenClaims: (_, token) => ({ roles: roles[token.accountId ?? token.clientId] ?? [] }),
  fetch: (address, { dispatcher, ...options }) => fetch(address, options), // also on this machine
  scopes: ['openid', 'api'],
  ttl: { AccessToken: seconds, ClientCredentials: seconds, IdToken: 600, Session: 3600, Grant: 3600, Interaction: 600 },
  features: {
    backchannelLogout: { enabled: true },
    clientCredentials: { enabled: true },
    devInteractions: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => 'urn:adjudge',
      getResourceServerInfo: () => server,
      useGrantedResource: () => true,
    },
  },
});

const finish = provider.interactionFinished.bind(provider);
provider.interactionFinished = async (request, response, result, options) => {
  if (result.login) {
    const { params } = await provider.interactionDetails(request, response);
    result.login.acr = askedFor(params)[0];
  }
  return finish(request, response, result, options);
};

provider.listen(port, '127.0.0.1', () => console.log(issuer));

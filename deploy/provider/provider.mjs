// A provider for tests: told everything on standard input as one JSON object, it answers
// on the loopback address and prints its issuer when it does. Whoever signs in is who
// they say they are.
import { text } from 'node:stream/consumers';
import Provider from 'oidc-provider';

const { port, keys, clients, audience, roles, seconds = 600 } = JSON.parse(await text(process.stdin));
const issuer = `http://127.0.0.1:${port}`;
const algorithm = keys[0].alg;
const server = {
  audience,
  scope: 'api',
  accessTokenFormat: 'jwt',
  jwt: { sign: { alg: algorithm } },
};

const provider = new Provider(issuer, {
  clients: clients.map((client) => ({ id_token_signed_response_alg: algorithm, ...client })),
  jwks: { keys },
  cookies: { keys: ['only for tests'] },
  claims: { openid: ['sub', 'roles'] },
  conformIdTokenClaims: false,
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, roles: roles[sub] ?? [] }) }),
  extraTokenClaims: (_, token) => ({ roles: roles[token.accountId ?? token.clientId] ?? [] }),
  scopes: ['openid', 'api'],
  ttl: { AccessToken: seconds, ClientCredentials: seconds, IdToken: 600, Session: 3600, Grant: 3600, Interaction: 600 },
  features: {
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

provider.listen(port, '127.0.0.1', () => console.log(issuer));

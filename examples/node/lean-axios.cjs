// Lean's page "How to set up mTLS" with one line changed: axios with an https.Agent.
const fs = require('fs');
const https = require('https');
// was: const axios = require('axios');
const axios = require('mutls/axios');

const httpsAgent = new https.Agent({
  // This is your application certificate
  cert: fs.readFileSync('my_app_cert.crt'),
  // This is your private key associated with application certificate
  key: fs.readFileSync('my_app_private_key.pem'),
  // This is Lean's public certificate chain.
  ca: fs.readFileSync('lean_public_cert_chain.pem'),
});

const start = async () => {
  try {
    const request = await axios({
      method: 'post',
      headers: {
        'lean-app-token': process.env.LEAN_APP_TOKEN,
      },
      httpsAgent,
      url: `${process.env.LEAN_URL ?? 'https://api.leantech.me'}/customers/v1`,
      data: { app_user_id: 'me' },
      withCredentials: true,
      jar: true,
    });
    console.log(request.data);
  } catch (error) {
    console.log(error);
    process.exitCode = 1;
  }
};
start();

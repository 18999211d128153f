process.stdout.write('everycent: no verb yet\n');

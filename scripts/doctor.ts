import { doctor } from './doctor/doctor.ts'

// npm run -s doctor -- [--url https://orders.example.com]
// Checks the installation and says what to do. Exits with 1 if there is a problem.

process.exit(await doctor(process.argv.slice(2)))

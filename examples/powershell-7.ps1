#Requires -Version 7.0
# Asks ExoHabit from PowerShell 7 on any system: one planet, a list, a CSV file, an error.
#
#     pwsh examples/powershell-7.ps1 [http://127.0.0.1:5000]
#
# The project's tests do not run this script: they have no PowerShell.

param([string] $Service = 'http://127.0.0.1:5000')

$ErrorActionPreference = 'Stop'
# Before 7.4 accents in a name would go out as ? without charset=utf-8.
$json = @{ Method = 'Post'; ContentType = 'application/json; charset=utf-8' }

# No proxy for this machine, even if http_proxy is set.
$PSDefaultParameterValues = @{ 'Invoke-RestMethod:NoProxy' = $Service -match '//(127\.0\.0\.1|localhost)\b' }
try {
    Invoke-RestMethod "$Service/health" | Out-Null
} catch [Net.Http.HttpRequestException] {
    if ($_.Exception.Response) { throw }
    [Console]::Error.WriteLine("Nothing is listening at $Service. Start ExoHabit with: make run")
    exit 1
}

'One planet; an unknown value is $null'
$planet = @{
    name = 'EarthLike'
    pl_rade = 1.1
    pl_bmasse = $null
    pl_orbper = 365
    pl_eqt = 288
    st_spectype = 'G2 V'
}
Invoke-RestMethod "$Service/predict" @json -Body ($planet | ConvertTo-Json) |
    Format-List prediction, score, label

'A list'
$hot = $planet.Clone()
$hot.name = 'HotPlanet'
$hot.pl_rade = 3.5
$hot.pl_eqt = 900
# -Depth: ConvertTo-Json writes anything below depth 2 as plain text.
$body = @{ planets = $planet, $hot } | ConvertTo-Json -Depth 4
(Invoke-RestMethod "$Service/rank" @json -Body $body).ranked_planets |
    Format-Table name, score, prediction

'A list that was filtered down to one planet: -AsArray keeps it a list'
# The service would also read the single object in {"planets": {...}} as a list of one.
$body = $planet, $hot | Where-Object { $_.pl_rade -lt 2 } | ConvertTo-Json -AsArray -Depth 4
(Invoke-RestMethod "$Service/rank" @json -Body $body).ranked_planets |
    Format-Table name, score, prediction

'A CSV file; the answer is a table too'
$file = Join-Path $PSScriptRoot planets.csv
$csv = @{ Method = 'Post'; ContentType = 'text/csv; charset=utf-8' }
Invoke-RestMethod "$Service/rank?top=3&unscored=true" @csv -InFile $file -Headers @{ Accept = 'text/csv' } |
    ConvertFrom-Csv | Format-Table name, score, reason

'A request with two problems: -SkipHttpErrorCheck returns the answer, the variable its status'
$bad = $planet.Clone()
$bad.pl_rade = -1
$bad.pl_eqt = 'hot'
$answer = Invoke-RestMethod "$Service/predict" @json -Body ($bad | ConvertTo-Json) `
    -SkipHttpErrorCheck -StatusCodeVariable status
"$status $($answer.code)"
$answer.problems | Format-Table pointer, message -Wrap

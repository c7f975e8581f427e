# Asks ExoHabit from Windows PowerShell 5.1, the one that comes with Windows: one planet, a list,
# a CSV file, an error.
#
#     powershell -ExecutionPolicy Bypass -File examples\powershell-5.1.ps1 [http://127.0.0.1:5000]
#
# The project's tests do not run this script: they have no Windows.
#
# Keep it in plain ASCII: 5.1 reads a script without a byte order mark in the local code page.

param([string] $Service = 'http://127.0.0.1:5000')

$ErrorActionPreference = 'Stop'
# Without charset=utf-8 accents in a name would go out as ?.
$json = 'application/json; charset=utf-8'

try {
    Invoke-RestMethod "$Service/health" | Out-Null
} catch [Net.WebException] {
    if ($_.Exception.Response) { throw }
    [Console]::Error.WriteLine("Nothing is listening at $Service. Start ExoHabit with: make run")
    exit 1
}

# 5.1 takes a JSON answer for Latin-1, so names with accents come back garbled. This reads UTF-8.
function Read-Answer($Response) {
    [Text.Encoding]::UTF8.GetString($Response.RawContentStream.ToArray()) | ConvertFrom-Json
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
$body = ConvertTo-Json $planet
Invoke-RestMethod "$Service/predict" -Method Post -ContentType $json -Body $body |
    Format-List prediction, score, label

'A list'
$hot = $planet.Clone()
$hot.name = 'HotPlanet'
$hot.pl_rade = 3.5
$hot.pl_eqt = 900
# -Depth: ConvertTo-Json writes anything below depth 2 as plain text.
$body = ConvertTo-Json @{ planets = $planet, $hot } -Depth 4
$response = Invoke-WebRequest "$Service/rank" -UseBasicParsing `
    -Method Post -ContentType $json -Body $body
(Read-Answer $response).ranked_planets | Format-Table name, score, prediction

'A list that was filtered down to one planet: PowerShell sends {"planets": {...}}, which is accepted'
$small = $planet, $hot | Where-Object { $_.pl_rade -lt 2 }
$body = ConvertTo-Json @{ planets = $small } -Depth 4
$ranking = Invoke-RestMethod "$Service/rank" -Method Post -ContentType $json -Body $body
$ranking.ranked_planets | Format-Table name, score, prediction

'A CSV file; the answer is a table too'
$file = Join-Path $PSScriptRoot 'planets.csv'
$table = Invoke-RestMethod "$Service/rank?top=3&unscored=true" -Headers @{ Accept = 'text/csv' } `
    -Method Post -ContentType 'text/csv; charset=utf-8' -InFile $file
$table | ConvertFrom-Csv | Format-Table name, score, reason

'A request with two problems; 5.1 hides the body of the error, which says what is wrong'
try {
    $bad = $planet.Clone()
    $bad.pl_rade = -1
    $bad.pl_eqt = 'hot'
    $body = ConvertTo-Json $bad
    Invoke-RestMethod "$Service/predict" -Method Post -ContentType $json -Body $body
} catch [Net.WebException] {
    if (-not $_.Exception.Response) { throw }
    [int] $_.Exception.Response.StatusCode
    if ($_.ErrorDetails) {
        $text = $_.ErrorDetails.Message
    } else {
        $stream = $_.Exception.Response.GetResponseStream()
        $stream.Position = 0
        $text = (New-Object IO.StreamReader $stream).ReadToEnd()
    }
    ($text | ConvertFrom-Json).problems | Format-Table pointer, message -Wrap
}

"""What install.ps1 does, in what Windows PowerShell 5.1 and PowerShell 7 have in common.

Each release lies in a folder of its own, unpacked as it is, and ``current`` is a junction, which needs no rights, to
the one that counts; the folders of its programs are on the user's PATH. So nothing is replaced that may be running, and
an older release goes once nothing runs from it: only then can its folder be renamed.

All is one block, which PowerShell reads to its end before it runs: a download that was cut does nothing.
"""

from __future__ import annotations

from typing import Final

STEPS: Final = r"""
    $ErrorActionPreference = 'Stop'
    # It is drawn so often in 5.1 that a download takes many times as long.
    $ProgressPreference = 'SilentlyContinue'
    $mark = '.installed'
    $state = @{ Code = 3; Stage = $null }

    function Say([string]$words) { [Console]::Error.WriteLine("${name}: $words") }

    function Fail([int]$code, [string]$words) {
        $state.Code = $code
        throw $words
    }

    function Show-Help {
        $supported = ($archives.Keys | Sort-Object) -join ', '
        Write-Output "Usage: install.ps1 [-To DIR]"
        Write-Output "Installs $name $version, which there is for $supported."
        Write-Output "  -To DIR  the folder for its releases: $(Get-Default) unless told"
        Write-Output "  -Help    shows this"
        Write-Output "With $variable in the environment, the archive is fetched from below that address."
        Write-Output "Exit codes: 0 installed; 1 the archive is not the one that was released; 3 it could not be done."
    }

    function Get-Default { Join-Path ([Environment]::GetFolderPath('LocalApplicationData')) "Programs\$name" }

    function Get-Archive {
        if ($PSVersionTable.PSEdition -eq 'Core' -and -not $IsWindows) { Fail 3 'this script is for Windows' }
        # The environment of a process that is emulated tells of another processor.
        $key = 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager\Environment'
        $processor = (Get-ItemProperty -Path $key).PROCESSOR_ARCHITECTURE
        $targets = switch ($processor) {
            'AMD64' { 'windows_amd64' }
            'ARM64' { 'windows_arm64', 'windows_amd64' } # Windows 11 runs the other one too.
        }
        foreach ($target in $targets) {
            if ($archives.ContainsKey($target)) { return $archives[$target] }
        }
        Fail 3 "there is nothing for Windows on $processor, only for $(($archives.Keys | Sort-Object) -join ', ')"
    }

    function Receive-Archive($archive, [string]$file) {
        $url = $archive.Url
        $mirror = [Environment]::GetEnvironmentVariable($variable)
        if ($mirror) { $url = $mirror.TrimEnd('/') + '/' + $archive.File }
        Say "fetching $url"
        [Net.ServicePointManager]::SecurityProtocol =
            [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
        foreach ($pause in 1, 2, 0) {
            try {
                Invoke-WebRequest -Uri $url -OutFile $file -UseBasicParsing -TimeoutSec 600
                $length = (Get-Item -LiteralPath $file).Length
                if ($length -eq $archive.Size) { break }
                $problem = "$length bytes came, not $($archive.Size)"
                $final = $false
            } catch {
                $problem = $_.Exception.Message
                $status = [int]$_.Exception.Response.StatusCode
                $final = $status -ge 400 -and $status -lt 500 -and $status -notin 408, 425, 429
            }
            if ($final -or $pause -eq 0) { Fail 3 "${url}: $problem" }
            Say "$problem; trying again"
            Start-Sleep -Seconds $pause
        }
        $sum = (Get-FileHash -LiteralPath $file -Algorithm SHA256).Hash
        if ($sum -ne $archive.Sha256) {
            Fail 1 "$url is not what was released: its SHA-256 is $($sum.ToLowerInvariant()), not $($archive.Sha256)"
        }
    }

    function Expand-Release($archive, [string]$file, [string]$into) {
        if ($archive.Format -eq 'binary') {
            New-Item -ItemType Directory -Path $into | Out-Null
            Move-Item -LiteralPath $file -Destination (Join-Path $into $archive.Programs[0])
        } else {
            Expand-Archive -LiteralPath $file -DestinationPath $into
        }
        foreach ($program in $archive.Programs) {
            if (-not (Test-Path -LiteralPath (Join-Path $into $program) -PathType Leaf)) {
                Fail 3 "$($archive.File) has no program $program"
            }
        }
    }

    function Switch-Release([string]$root, [string]$release) {
        $current = Join-Path $root 'current'
        # Deletes a junction, never what it leads to, nor a folder that something is in.
        if ([IO.Directory]::Exists($current)) { [IO.Directory]::Delete($current) }
        New-Item -ItemType Junction -Path $current -Target $release | Out-Null
        foreach ($old in Get-ChildItem -LiteralPath $root -Directory) {
            if ($old.FullName -in $release, $current) { continue }
            if (-not (Test-Path -LiteralPath (Join-Path $old.FullName $mark))) { continue }
            try {
                $gone = "$($old.FullName).old"
                [IO.Directory]::Move($old.FullName, $gone)
                Remove-Item -LiteralPath $gone -Recurse -Force
            } catch {
                Say "$($old.FullName) stays, for something runs from it"
            }
        }
    }

    function Add-ToPath([string]$folder) {
        if (($env:Path -split ';') -notcontains $folder) { $env:Path = "$folder;$env:Path" }
        $key = [Microsoft.Win32.Registry]::CurrentUser.OpenSubKey('Environment', $true)
        try {
            # As it is written there: with variables, which stay variables.
            $raw = [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames
            $path = [string]$key.GetValue('Path', '', $raw)
            if (($path -split ';') -contains $folder) { return }
            $longer = if ($path) { "$folder;$path" } else { $folder }
            $key.SetValue('Path', $longer, [Microsoft.Win32.RegistryValueKind]::ExpandString)
        } finally {
            $key.Close()
        }
        # Tells running programs that the environment is another.
        [Environment]::SetEnvironmentVariable($variable + '_', $null, 'User')
        Say "$folder is on your PATH now; terminals that are open already do not know yet"
    }

    function Install-Release {
        $archive = Get-Archive
        $root = if ($To) { $To } else { Get-Default }
        $root = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($root).TrimEnd('\')
        New-Item -ItemType Directory -Path $root -Force | Out-Null
        $id = [IO.Path]::GetRandomFileName().Substring(0, 6)
        $stage = Join-Path $root ".$id"
        $state.Stage = $stage
        New-Item -ItemType Directory -Path $stage | Out-Null
        $file = Join-Path $stage $archive.File
        Receive-Archive $archive $file
        Expand-Release $archive $file (Join-Path $stage 'release')
        New-Item -ItemType File -Path (Join-Path $stage "release\$mark") | Out-Null
        $release = Join-Path $root "$version.$id"
        [IO.Directory]::Move((Join-Path $stage 'release'), $release)
        Switch-Release $root $release
        foreach ($program in $archive.Programs) {
            $command = Join-Path (Join-Path $root 'current') $program
            Add-ToPath (Split-Path -Parent $command)
            Write-Output "installed $name ${version}: $command"
        }
    }

    try {
        if ($Help) { Show-Help } else { Install-Release }
        $state.Code = 0
    } catch {
        Say $_.Exception.Message
    } finally {
        if ($state.Stage -and (Test-Path -LiteralPath $state.Stage)) {
            Remove-Item -LiteralPath $state.Stage -Recurse -Force -ErrorAction SilentlyContinue
        }
    }
    if ($state.Code -ne 0) {
        # Read from a pipe it would end the session; a script in a file ends with its code.
        if ($PSCommandPath) { exit $state.Code }
        $global:LASTEXITCODE = $state.Code
    }
}
"""

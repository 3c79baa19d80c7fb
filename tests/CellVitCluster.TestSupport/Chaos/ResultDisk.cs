using System.Diagnostics;

namespace CellVitCluster.TestSupport.Chaos;

/// <summary>A small file system of its own for results, so that it can be filled. Needs the right to mount; an ordinary folder where that is missing.</summary>
public sealed class ResultDisk : IDisposable
{
    private readonly string _ballast;

    /// <summary>Mounts the disk.</summary>
    /// <param name="path">Folder that becomes the disk; created.</param>
    /// <param name="megabytes">Its size.</param>
    public ResultDisk(string path, int megabytes)
    {
        Path = path;
        _ballast = System.IO.Path.Combine(path, ".ballast");
        Directory.CreateDirectory(path);
        CanBeFilled = Run("mount", "-t", "tmpfs", "-o", FormattableString.Invariant($"size={megabytes}m"), "results", path);
    }

    /// <summary>Folder.</summary>
    public string Path { get; }

    /// <summary>Whether <see cref="Fill"/> works here.</summary>
    public bool CanBeFilled { get; }

    /// <summary>Takes all the room there is.</summary>
    public void Fill()
    {
        byte[] block = new byte[1 << 20];
        using var file = new FileStream(_ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(block);
                block = file.Length > 1L << 34 ? throw new InvalidOperationException("The disk does not become full.") : block;
            }
        }
        catch (IOException)
        {
            // Full to the last megabyte; now to the last page.
            FillRest(file);
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Free() => File.Delete(_ballast);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (CanBeFilled)
        {
            Run("umount", "-l", Path);
        }
    }

    private static void FillRest(FileStream file)
    {
        byte[] page = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(page);
            }
        }
        catch (IOException)
        {
            // Nothing is left.
        }
    }

    private static bool Run(string command, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(command, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

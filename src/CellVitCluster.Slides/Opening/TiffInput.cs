using System.Globalization;
using BitMiracle.LibTiff.Classic;

namespace CellVitCluster.Slides.Opening;

/// <summary>File of one TIFF decoding and what the library complains about in it.</summary>
internal sealed class TiffInput(string path) : IDisposable
{
    /// <summary>The file.</summary>
    public FileStream Stream { get; } = File.OpenRead(path);

    /// <summary>First error that the library reported, or null.</summary>
    public string? FirstError { get; private set; }

    /// <summary>Keeps the first error; the ones after it are consequences.</summary>
    public void Report(string error) => FirstError ??= error;

    /// <inheritdoc/>
    public void Dispose() => Stream.Dispose();
}

/// <summary>Lets the library read from a <see cref="TiffInput"/>, which it passes to every call.</summary>
internal sealed class TiffInputStream : TiffStream
{
    /// <inheritdoc/>
    public override int Read(object clientData, byte[] buffer, int offset, int count) =>
        ((TiffInput)clientData).Stream.ReadAtLeast(buffer.AsSpan(offset, count), count, throwOnEndOfStream: false);

    /// <inheritdoc/>
    public override long Seek(object clientData, long offset, SeekOrigin origin) =>
        offset == -1 ? -1 : ((TiffInput)clientData).Stream.Seek(offset, origin);

    /// <inheritdoc/>
    public override long Size(object clientData) => ((TiffInput)clientData).Stream.Length;

    /// <summary>Does nothing: the input closes its file itself.</summary>
    public override void Close(object clientData)
    {
    }
}

/// <summary>
/// Takes the library's messages, which it would otherwise print to the console. The handler is one for the whole process, but gets the
/// input of the file concerned with each message and keeps no state of its own.
/// </summary>
internal sealed class TiffMessages : TiffErrorHandler
{
    /// <summary>Silent: the extended handler sees the same message.</summary>
    public override void ErrorHandler(Tiff tif, string method, string format, params object[] args)
    {
    }

    /// <inheritdoc/>
    public override void ErrorHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args) =>
        (clientData as TiffInput)?.Report(string.Format(CultureInfo.InvariantCulture, format, args));

    /// <summary>Silent: a warning leaves the picture readable.</summary>
    public override void WarningHandler(Tiff tif, string method, string format, params object[] args)
    {
    }

    /// <summary>Silent: a warning leaves the picture readable.</summary>
    public override void WarningHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
    {
    }
}

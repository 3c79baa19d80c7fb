using CellVitCluster.Domain.Slides;

namespace CellVitCluster.Slides.Opening;

/// <summary>One way to open files: whether it knows a file, and how to open it.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Recognizes">Whether the file with this absolute path has the format; looks at the content, never only at the name.</param>
/// <param name="Open">Opens a recognized file.</param>
internal sealed record SlideFormat(string Name, Func<string, bool> Recognizes, Func<SlideSource, ISlide> Open);

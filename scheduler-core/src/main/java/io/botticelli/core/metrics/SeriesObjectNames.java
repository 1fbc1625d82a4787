package io.botticelli.core.metrics;

import com.codahale.metrics.jmx.ObjectNameFactory;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Names MBeans so that a person finds them: {@code
 * botticelli:type=counter,name=botticelli_posts_total,platform=discord,outcome=sent}.
 */
final class SeriesObjectNames implements ObjectNameFactory {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._-]+");

  private final SeriesRegistry registry;

  SeriesObjectNames(SeriesRegistry registry) {
    this.registry = registry;
  }

  @Override
  public ObjectName createName(String type, String domain, String flatName) {
    @Nullable Series series = registry.find(flatName);
    StringBuilder name = new StringBuilder(domain).append(":type=");
    if (series == null) {
      name.append("metric,name=").append(quoted(flatName));
    } else {
      name.append(series.family().type().name().toLowerCase(Locale.ROOT));
      name.append(",name=").append(series.family().shown());
      for (int i = 0; i < series.values().size(); i++) {
        name.append(',').append(series.family().labels().get(i)).append('=');
        name.append(quoted(series.values().get(i)));
      }
    }
    try {
      return new ObjectName(name.toString());
    } catch (MalformedObjectNameException impossible) {
      throw new IllegalStateException("the MBean name of " + flatName, impossible);
    }
  }

  private static String quoted(String value) {
    return PLAIN.matcher(value).matches() ? value : ObjectName.quote(value);
  }
}
